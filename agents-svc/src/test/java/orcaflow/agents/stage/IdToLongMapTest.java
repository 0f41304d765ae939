package orcaflow.agents.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import orcaflow.schemas.Ids;
import org.junit.jupiter.api.Test;

class IdToLongMapTest {

  @Test
  void findsWhatWasPutAmongManyAndNothingElse() {
    IdToLongMap table = new IdToLongMap();
    for (int i = 0; i < 50_000; i++) {
      assertThat(table.putIfAbsent(Ids.hash("in", Integer.toString(i)), i)).isTrue();
    }
    assertThat(table.size()).isEqualTo(50_000);
    for (int i = 0; i < 50_000; i++) {
      assertThat(table.find(Ids.hash("in", Integer.toString(i)))).hasValue(i);
      assertThat(table.contains(Ids.hash("out", Integer.toString(i)))).isFalse();
    }
  }

  @Test
  void putIfAbsentKeepsTheFirstAndPutTheLast() {
    IdToLongMap table = new IdToLongMap();
    String id = Ids.hash("x");
    assertThat(table.putIfAbsent(id, 1)).isTrue();
    assertThat(table.putIfAbsent(id, 2)).isFalse();
    assertThat(table.find(id)).hasValue(1);
    table.put(id, 3);
    assertThat(table.find(id)).hasValue(3);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoId() {
    assertThatThrownBy(() -> new IdToLongMap().contains("short"))
        .hasMessage("'short' is not an id of 32 hex digits");
  }
}
