package org.popinjay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.popinjay.config.LimitsConfig;
import org.popinjay.wire.AddressLimits.Admission;
import org.popinjay.wire.AddressLimits.Place;
import org.popinjay.wire.SessionEvents.Limit;

class AddressLimitsTest {
  private static final int UNAUTHENTICATED_MAX = LimitsConfig.DEFAULTS.unauthenticatedPerAddress();
  private static final int PER_ADDRESS_MAX = LimitsConfig.DEFAULTS.connectionsPerAddress();

  private final AddressLimits limits = new AddressLimits(1000, LimitsConfig.DEFAULTS);

  @Test
  void anAddressHasSoManyPlacesBeforeSignIn() {
    var places = admit("192.0.2.1", UNAUTHENTICATED_MAX);
    assertThat(refusal("192.0.2.1")).isEqualTo(Limit.UNAUTHENTICATED_PER_ADDRESS);
    assertThat(admit("192.0.2.2", 1)).hasSize(1);
    places.getFirst().leave();
    assertThat(admit("192.0.2.1", 1)).hasSize(1);
  }

  @Test
  void whoSignedInMakesRoomForAnother() {
    admit("192.0.2.1", UNAUTHENTICATED_MAX).forEach(Place::signedIn);
    assertThat(admit("192.0.2.1", UNAUTHENTICATED_MAX)).hasSize(UNAUTHENTICATED_MAX);
  }

  @Test
  void anAddressHasSoManyPlacesInAll() {
    for (int i = 0; i < PER_ADDRESS_MAX; i++) {
      admit("192.0.2.1", 1).getFirst().signedIn();
    }
    assertThat(refusal("192.0.2.1")).isEqualTo(Limit.CONNECTIONS_PER_ADDRESS);
  }

  @Test
  void thereAreSoManyPlacesForAll() {
    var few = new AddressLimits(2, LimitsConfig.DEFAULTS);
    few.admit(InetAddress.ofLiteral("192.0.2.1"));
    few.admit(InetAddress.ofLiteral("192.0.2.2"));
    assertThat(few.admit(InetAddress.ofLiteral("192.0.2.3")))
        .isEqualTo(new Admission.Refused(Limit.CONNECTIONS));
    assertThat(few.connections()).isEqualTo(2);
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() {
    admit("2001:db8:1:2::1", UNAUTHENTICATED_MAX);
    assertThat(refusal("2001:db8:1:2:ffff::9")).isEqualTo(Limit.UNAUTHENTICATED_PER_ADDRESS);
    assertThat(admit("2001:db8:1:3::1", 1)).hasSize(1);
  }

  @Test
  void leavingTwiceCountsOnce() {
    var place = admit("192.0.2.1", 1).getFirst();
    place.signedIn();
    place.leave();
    place.leave();
    place.signedIn();
    assertThat(limits.connections()).isZero();
    assertThat(admit("192.0.2.1", UNAUTHENTICATED_MAX)).hasSize(UNAUTHENTICATED_MAX);
  }

  private List<Place> admit(String address, int count) {
    var places = new ArrayList<Place>();
    IntStream.range(0, count)
        .forEach(_ -> {
          var admission = limits.admit(InetAddress.ofLiteral(address));
          assertThat(admission).isInstanceOf(Admission.Admitted.class);
          places.add(((Admission.Admitted) admission).place());
        });
    return places;
  }

  private Limit refusal(String address) {
    var admission = limits.admit(InetAddress.ofLiteral(address));
    assertThat(admission).isInstanceOf(Admission.Refused.class);
    return ((Admission.Refused) admission).limit();
  }
}
