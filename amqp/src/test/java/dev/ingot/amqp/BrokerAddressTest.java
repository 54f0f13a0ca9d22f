package dev.ingot.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Address;
import dev.ingot.configuration.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {
  @Test
  void readsTheHostsOfAClusterAndTheVirtualHost() {
    BrokerAddress address =
        BrokerAddress.of("amqps://me:p%40ss@one,two:5000,[::1]:5001/%2Fvogeler", null, null);
    assertThat(address.tls()).isTrue();
    assertThat(address.hosts())
        .containsExactly(
            new Address("one", 5671), new Address("two", 5000), new Address("[::1]", 5001));
    assertThat(address.virtualHost()).isEqualTo("/vogeler");
    assertThat(address.user()).isEqualTo("me");
    assertThat(address.password().reveal()).isEqualTo("p@ss");
  }

  @Test
  void anAccountOfItsOwnGoesBeforeTheOneInTheUrl() {
    BrokerAddress address = BrokerAddress.of("amqp://a:b@host", "c", new Secret("d"));
    assertThat(address.user()).isEqualTo("c");
    assertThat(address.password().reveal()).isEqualTo("d");
    assertThat(address.virtualHost()).isEqualTo("/");
    assertThat(address.hosts()).containsExactly(new Address("host", 5672));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://host",
        "amqp://",
        "amqp://:secret@",
        "amqp://a:secret@host:0",
        "amqp://a:secret@h:x",
        "amqp://a:secret@host/%zz",
        "amqp://a:secret@one,,two",
        "amqp://a:secret@host:99999/"
      })
  void saysWhatIsWrongWithoutThePassword(String url) {
    assertThatThrownBy(() -> BrokerAddress.of(url, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("secret");
  }

  @Test
  void neverShowsWhoComes() {
    BrokerAddress address = BrokerAddress.of("amqp://me:secret@host:5672/x", null, null);
    assertThat(address).hasToString("amqp://host:5672/x");
    assertThat(BrokerAddress.shown("amqp://me:sec@ret@host/")).isEqualTo("amqp://me:…@host/");
  }
}
