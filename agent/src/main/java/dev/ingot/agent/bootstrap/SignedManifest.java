package dev.ingot.agent.bootstrap;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A manifest and who signed it: the manifest's lines, then {@code signature KEY SIGNATURE} for each
 * of its signers, Ed25519 (RFC 8032), in base64. One document, so that it is replaced whole.
 *
 * @param digest SHA-256 of the document: the bundle's name
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record SignedManifest(Manifest manifest, byte[] document, String digest) {
  static final int MOST_OCTETS = 1 << 20;
  private static final String SIGNATURE = "signature ";

  /**
   * Signs a manifest.
   *
   * @param keys public key to private key
   */
  public static byte[] sign(Manifest manifest, Map<PublicKey, PrivateKey> keys)
      throws GeneralSecurityException {
    byte[] signed = manifest.text().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    document.writeBytes(signed);
    for (Map.Entry<PublicKey, PrivateKey> key : keys.entrySet()) {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key.getValue());
      signature.update(signed);
      String line = SIGNATURE + text(key.getKey()) + " " + base64(signature.sign()) + "\n";
      document.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
    }
    return document.toByteArray();
  }

  /** A public key as it is configured: its SubjectPublicKeyInfo in base64, as in a PEM file. */
  public static String text(PublicKey key) {
    return base64(key.getEncoded());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static PublicKey key(String text) {
    try {
      byte[] encoded = Base64.getDecoder().decode(text.replaceAll("-----[A-Z ]+-----|\\s", ""));
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "an Ed25519 public key in base64 is wanted, as ingot agent bundle-key prints it", e);
    }
  }

  /**
   * Reads a document that one of these keys signed.
   *
   * @throws BundleException if none of them did
   */
  public static SignedManifest verified(byte[] document, List<PublicKey> trusted)
      throws BundleException {
    String text = new String(document, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\n" + SIGNATURE) + 1;
    if (end == 0 || document.length > MOST_OCTETS) {
      throw new BundleException("it is not signed");
    }
    for (String line : text.substring(end).split("\n", -1)) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && words[0].equals(SIGNATURE.strip())) {
        for (PublicKey key : trusted) {
          if (text(key).equals(words[1]) && isSigned(document, end, key, words[2])) {
            byte[] signed = Arrays.copyOf(document, end);
            return new SignedManifest(Manifest.parse(signed), document, sha256(document));
          }
        }
      }
    }
    throw new BundleException("none of the keys that are trusted (bootstrap.keys) signed it");
  }

  private static boolean isSigned(byte[] document, int end, PublicKey key, String base64)
      throws BundleException {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update(document, 0, end);
      return signature.verify(Base64.getDecoder().decode(base64));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new BundleException("a signature cannot be read", e);
    }
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
