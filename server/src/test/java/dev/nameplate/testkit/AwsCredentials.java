package dev.nameplate.testkit;

/// Credentials where the SDK's own chain looks first, for as long as a test needs them.
public final class AwsCredentials implements AutoCloseable {
    public static final String SECRET = "wJalrXUtnFEMIexampleSECRETexampleKEY";

    private static final String ID_PROPERTY = "aws.accessKeyId";
    private static final String SECRET_PROPERTY = "aws.secretAccessKey";

    private AwsCredentials() {}

    public static AwsCredentials set() {
        System.setProperty(ID_PROPERTY, "AKIDEXAMPLE");
        System.setProperty(SECRET_PROPERTY, SECRET);
        return new AwsCredentials();
    }

    @Override
    public void close() {
        System.clearProperty(ID_PROPERTY);
        System.clearProperty(SECRET_PROPERTY);
    }
}
