package orcaflow.agents.stage;

import static org.assertj.core.api.Assertions.assertThat;

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
  void anIdThatIsNoHashIsAnIdLikeAnyOther() {
    IdToLongMap map = new IdToLongMap();
    assertThat(map.putIfAbsent("short", 3)).isTrue();
    assertThat(map.putIfAbsent("", 4)).isTrue();
    assertThat(map.find("short")).hasValue(3);
    assertThat(map.find("")).hasValue(4);
    assertThat(map.contains("shorter")).isFalse();
  }
}
