package orcaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdMultisetTest {

  private static final String A = Ids.hash("a");
  private static final String B = Ids.hash("b");

  @Test
  void theOrderOfItsMembersDoesNotCount() {
    assertThat(of(A, B)).isEqualTo(of(B, A));
  }

  @Test
  void aMemberCountsAsOftenAsItIsAdded() {
    assertThat(of(A, A)).isNotEqualTo(of(A)).isEqualTo(IdMultiset.EMPTY.with(A, 2));
    assertThat(of(A, A).size()).isEqualTo(2);
    assertThat(IdMultiset.EMPTY.with(A, 0)).isEqualTo(IdMultiset.EMPTY);
  }

  @Test
  void othersOfTheSameSizeAreNotEqual() {
    assertThat(of(A)).isNotEqualTo(of(B));
  }

  @Test
  void twoAddUp() {
    assertThat(of(A).with(of(B, B))).isEqualTo(of(A, B, B));
  }

  @Test
  void aMemberThatIsTakenOutLeavesNothing() {
    assertThat(of(A, B).without(A)).isEqualTo(of(B));
    assertThat(of(A).without(A)).isEqualTo(IdMultiset.EMPTY);
  }

  @Test
  void isReadFromItsSizeAndDigest() {
    IdMultiset set = of("ffffffffffffffff0000000000000000", "ffffffffffffffff0000000000000000");
    assertThat(set.digest()).isEqualTo("fffffffffffffffe");
    assertThat(IdMultiset.of(2, set.digest())).isEqualTo(set);
  }

  /** Events from elsewhere have ids of all kinds. */
  @Test
  void anIdThatIsNoHashIsAMemberLikeAnyOther() {
    assertThat(of("main.problems-0-17", "", A)).isEqualTo(of(A, "", "main.problems-0-17"));
    assertThat(of("main.problems-0-17")).isNotEqualTo(of("main.problems-0-18"));
  }

  private static IdMultiset of(String... ids) {
    return List.of(ids).stream().reduce(IdMultiset.EMPTY, IdMultiset::with, IdMultiset::with);
  }
}
