package orcaflow.agents.seed.form;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each form's rows become. */
class FormsTest {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'question':'q','answer':'4'} | question/answer: q / 4 / -",
        "{'question':'q','answer':'3+1=<<3+1=4>>4.\\n#### 4'} | GSM8K: q / 4 / 3+1=4.",
        "{'question':'q','answer':'#### 4'} | GSM8K: q / 4 / -",
        "{'question':'q','answer':'3 + 1 = 4.\\nThe answer is 4.'} | Orca-Math-200K: q / 4 / 3 + 1 = 4.\\nThe answer is 4.",
        "{'iIndex':1,'sQuestion':'q','lEquations':['X=4'],'lSolutions':[4.0]} | MAWPS/DRAW-1K: q / 4 / -",
        "{'sQuestion':'q','lSolutions':[2.5,-3.0],'Template':['a=m']} | MAWPS/DRAW-1K: q / 2.5; -3 / -",
        "{'ID':'1','Body':'B.','Question':'Q?','Solution-Type':'Sum','Answer':'9 (apples)'} | ASDiv: B. Q? / 9 / -",
        "{'ID':'1','Body':'B.','Question':'Q?','Equation':'( 8.0 - 3.0 )','Answer':5.0} | SVAMP: B. Q? / 5 / -",
        "{'Problem':'p','Rationale':'\\\"r, 2\\\"','options':'a ) 38 , b ) 27.675 , c ) rs . 30','correct':'c'} | MathQA: p / rs . 30 / r, 2",
        "{'Input':'q','Output Program':['print(4)'],'Output Answer':['4']} | Lila: q / 4 / -",
        "{'input':'q','output_answer':'4.0','output_program':''} | Lila: q / 4.0 / -",
        "{'type':'Type_5','passage':'P.','question':'Q?','answer':{'number':'4','date':{},'spans':[]}} | NumGLUE: P.\\nQ? / 4 / -",
        "{'type':'Type_3','question':'Q?','Option1':'x','Option2':'y','answer':'Option 2'} | NumGLUE: Q?\\nOption 1: x\\nOption 2: y / Option 2 / -",
        "{'problem':'p','solution':'So \\\\boxed{4}.','level':1} | problem/solution: p / - / So \\boxed{4}.",
        "{'problem':'p','solution':'s','answer':'4','messages':[]} | problem/solution: p / 4 / s",
        "{'messages':[{'role':'system','content':'x'},{'role':'user','content':'q'},{'role':'assistant','content':'s'}]} | chat messages: q / - / s",
        "{'conversations':[{'from':'human','value':'q'},{'from':'gpt','value':'s'}]} | chat conversations: q / - / s",
        "{'question':'q','answer':'notfound','solution':'s'} | question/answer: q / - / s",
        "{'question':'a \uFFFD b','answer':4} | question/answer: a \uFFFD b / 4 / -",
      })
  void reads(String row, String expected) throws IOException {
    assertThat(said(row, Columns.KNOWN)).isEqualTo(expected.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'question':'q','answer':1e999999999} | answer is a number of more than 100 digits: 1E+999999999",
        "{'question':'q','answer':1e-999999999} | answer is a number of more than 100 digits: 1E-999999999",
        "{'question':'q \\uD800','answer':4} | question has half of a character, an unpaired surrogate",
        "{'question':'q','answer':'proof'} | the answer is 'proof': there is nothing to compare with",
        "{'question':'q','solution':'3+1=4\\n#### 4','answer':5} | the solution ends in 4, and the answer is 5",
        "{'Question':'q','answer':'4'} | the row has no question; its keys are Question, answer (--columns question=KEY names one)",
        "{'Problem':'p','options':'a ) 1 , b ) 2','correct':'e'} | correct is 'e', and options has no such letter",
        "{'messages':[{'role':'assistant','content':'s'}]} | the row has no question; its keys are messages (--columns question=KEY names one)",
        "{'type':'Type_5','question':'q','answer':{'number':'','date':{'day':'1'},'spans':[]}} | answer is a date, not a number or words",
      })
  void saysWhatIsWrong(String row, String defect) throws IOException {
    assertThat(said(row, Columns.KNOWN)).isEqualTo(defect);
  }

  @Test
  void namedColumnsAreReadWhateverTheKeys() throws IOException {
    Columns columns = Columns.parse("question=problem, answer=final");
    assertThat(said("{'problem':'p','final':[4],'question':'no'}", columns))
        .isEqualTo("columns question=problem,answer=final: p / 4 / -");
    assertThat(said("{'question':'q'}", columns)).isEqualTo("the row has no column problem");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "question | columns has 'question': give question=COLUMN, and answer=, solution=, source= likewise",
        "q=x | columns has 'q=x': give question=COLUMN, and answer=, solution=, source= likewise",
        "answer=x | columns is 'answer=x': question=COLUMN is missing",
        "question=x,question=y | columns names question twice",
      })
  void aMappingThatCannotBeReadIsOneSentence(String text, String sentence) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Columns.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  private static String said(String row, Columns columns) throws IOException {
    try {
      Forms.Row read = new Forms(columns).read(JSON.readTree(row.replace('\'', '"')));
      return "%s: %s / %s / %s"
          .formatted(
              read.form(),
              read.draft().question(),
              read.draft().answer().orElse("-"),
              read.draft().solution().orElse("-"));
    } catch (Defect e) {
      return e.getMessage();
    }
  }
}
