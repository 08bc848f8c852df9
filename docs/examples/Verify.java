// Is this delivery genuine? Needs nothing but Java 11. Run: SECRET=whsec_... java Verify.java ID TIMESTAMP 'v1,...' < body
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Verify {
    /** {@code body} must be the bytes as they came, before any JSON parser touched them. */
    static boolean genuine(String secret, String id, String timestamp, String signatures, byte[] body)
            throws GeneralSecurityException {
        if (!timestamp.matches("\\d{1,12}")) return false;
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > 300) return false;
        byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        if (key.length == 0) return false; // without a secret anybody could sign
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] want = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.US_ASCII);
        boolean fits = false;
        for (String one : signatures.split(" ")) {
            fits |= MessageDigest.isEqual(want, one.getBytes(StandardCharsets.UTF_8));
        }
        return fits;
    }

    public static void main(String[] args) throws Exception {
        boolean good = genuine(System.getenv("SECRET"), args[0], args[1], args[2], System.in.readAllBytes());
        System.out.println(good ? "genuine" : "not genuine");
        System.exit(good ? 0 : 1);
    }
}
