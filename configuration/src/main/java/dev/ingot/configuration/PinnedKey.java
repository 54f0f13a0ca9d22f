package dev.ingot.configuration;

import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trust in one public key, whoever signed it and whatever host it is on: SHA-256 of a certificate's
 * SubjectPublicKeyInfo.
 */
public final class PinnedKey extends X509ExtendedTrustManager {
  private final byte[] wanted;

  /**
   * @param pin 64 hex digits, colons allowed
   * @throws IllegalArgumentException if it is something else
   */
  public PinnedKey(String pin) {
    String digits = pin.replace(":", "").toLowerCase(Locale.ROOT);
    if (!digits.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "a pin is the SHA-256 of the certificate's public key, 64 hex digits");
    }
    this.wanted = HexFormat.of().parseHex(digits);
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    try {
      byte[] key = chain[0].getPublicKey().getEncoded();
      byte[] found = MessageDigest.getInstance("SHA-256").digest(key);
      if (!MessageDigest.isEqual(found, wanted)) {
        throw new CertificateException(
            "its key is " + HexFormat.of().formatHex(found) + ", another one is pinned");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new CertificateException(e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("no client is asked for a certificate");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("no client is asked for a certificate");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("no client is asked for a certificate");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
