package dev.ingot.amqp;

import dev.ingot.configuration.PinnedKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate of a broker is trusted: by a CA and the host's name, or by its pinned key
 * alone.
 *
 * @param ca PEM file with the only CAs to trust; null for those of the machine
 * @param pin SHA-256 of the certificate's public key (its SubjectPublicKeyInfo), 64 hex digits
 */
public record Trust(@Nullable Path ca, @Nullable String pin) {
  public static final Trust MACHINE = new Trust(null, null);

  public Trust {
    if (pin != null) {
      var unused = new PinnedKey(pin);
    }
  }

  /**
   * Whether the name in the certificate is to be that of the host; of a pinned key nobody asks it.
   */
  boolean namesHost() {
    return pin == null;
  }

  SSLContext context() {
    try {
      TrustManager[] managers = pin != null ? new TrustManager[] {new PinnedKey(pin)} : managers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new BrokerException("trust the certificates of " + ca + ": " + e.getMessage(), e);
    }
  }

  private TrustManager @Nullable [] managers() throws GeneralSecurityException, IOException {
    if (ca == null) {
      return null;
    }
    try (InputStream in = Files.newInputStream(ca)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new IOException("the file holds no certificate");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("ca-" + store.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust.getTrustManagers();
    }
  }
}
