package orcaflow.bench.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import orcaflow.bench.CannotMeasure;
import org.junit.jupiter.api.Test;

class FootprintTest {

  @Test
  void theHeapIsWhatBothGenerationsUse() throws CannotMeasure {
    String info =
        """
        4242:
         def new generation   total 9792K, used 1024K [0x00000000d0000000, 0x00000000d0aa0000)
          eden space 8704K,  11% used [0x00000000d0000000, 0x00000000d0100000, 0x00000000d0880000)
         tenured generation   total 21888K, used 3072K [0x00000000da800000, 0x00000000dbd60000)
           the space 21888K,  14% used [0x00000000da800000, 0x00000000dab00000, 0x00000000dab00000)
         Metaspace       used 999K, committed 1088K, reserved 1114112K
        """;
    assertThat(Footprint.heap(info)).isCloseTo(4.0, within(1e-9));
  }

  @Test
  void anUnknownDescriptionIsNoNumber() {
    assertThatThrownBy(() -> Footprint.heap("garbage-first heap total 1K, used 1K"))
        .isInstanceOf(CannotMeasure.class)
        .hasMessageStartingWith("the heap is not described as expected");
  }
}
