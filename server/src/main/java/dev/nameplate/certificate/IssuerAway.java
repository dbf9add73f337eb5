package dev.nameplate.certificate;

/// An issuer cannot say now what it is asked, because it is not to be reached; what that means for an order is in the answer.
public final class IssuerAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Issuer.Answer.Unavailable answer;

    public IssuerAway(Issuer.Answer.Unavailable answer, Throwable cause) {
        super(answer.message(), cause);
        this.answer = answer;
    }

    Issuer.Answer.Unavailable answer() {
        return answer;
    }
}
