package orcaflow.agents.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldTeacherTest {

  @ParameterizedTest
  @CsvSource({
    "'48/2 = <<48/2=24>>24 clips.', 24, '48/2 = 24 clips.|#### 24'",
    "'48/2 = 24 clips.|#### 24', 24, '48/2 = 24 clips.|#### 24'",
    "'48/2 = 24 clips.|#### 24', , '48/2 = 24 clips.|#### 24'",
    ", 24, '#### 24'",
    "'<<1+1=2>>', 2, '#### 2'",
    ", , ",
  })
  void makesASolutionOfWhatTheRowHas(String solution, String answer, String text) {
    assertThat(
            GoldTeacher.text(
                Optional.ofNullable(solution).map(lines -> lines.replace('|', '\n')),
                Optional.ofNullable(answer)))
        .isEqualTo(Optional.ofNullable(text).map(lines -> lines.replace('|', '\n')));
  }
}
