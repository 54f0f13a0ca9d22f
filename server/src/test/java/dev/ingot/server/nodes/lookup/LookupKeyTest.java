package dev.ingot.server.nodes.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.server.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookupKeyTest {
  @Test
  void aMacIsFoundInEverySpelling() {
    for (String spelling :
        List.of(
            "00:25:90:ab:cd:ef",
            "00-25-90-AB-CD-EF",
            "0025.90ab.cdef",
            "002590ABCDEF",
            " 00:25:90:AB:CD:EF ",
            "0025-90ab-cdef")) {
      assertThat(LookupKey.isMac(spelling)).as(spelling).isTrue();
      assertThat(LookupKey.forms(spelling)).as(spelling).contains("00:25:90:ab:cd:ef");
    }
    for (String none : List.of("00:25:90:ab:cd", "00:25-90:ab:cd:ef", "002590abcdeg", "")) {
      assertThat(LookupKey.isMac(none)).as(none).isFalse();
    }
  }

  @Test
  void anAddressLosesItsPrefixLengthAndZone() {
    assertThat(LookupKey.forms("10.1.2.3/24")).contains("10.1.2.3");
    assertThat(LookupKey.forms("FE80::1%eth0")).contains("fe80::1");
  }

  @Test
  void anIpv6AddressIsFoundInEverySpelling() {
    for (String spelling :
        List.of(
            "fd00::2", "FD00:0:0::2", "fd00:0000:0:0:0:0:0:0002/64", "fd00:0:0:0:0:0:0:2%eth0")) {
      assertThat(LookupKey.forms(spelling)).as(spelling).contains("fd00::2", "fd00:0:0:0:0:0:0:2");
    }
    assertThat(LookupKey.forms("2001:db8:0:0:1:0:0:1")).contains("2001:db8::1:0:0:1");
    assertThat(LookupKey.forms("0:0:0:0:0:0:0:1")).contains("::1");
    assertThat(LookupKey.forms("2001:db8:0:0:0:0:0:0")).contains("2001:db8::");
    assertThat(LookupKey.forms("SN:12:zz")).contains("SN:12:ZZ");
    assertThat(LookupKey.forms("1:2:3")).contains("1:2:3");
  }

  @Test
  void anEmptyOrEndlessKeyIsRefused() {
    for (String key : List.of("", "  ", "x".repeat(257), "a\0")) {
      assertThatThrownBy(() -> LookupKey.forms(key))
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.field()).isEqualTo("key"));
    }
  }
}
