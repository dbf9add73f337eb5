package dev.nameplate.saas.aws;

/// Is told of every call to AWS, for figures.
public interface CallWatch {
    /// Nobody watches.
    CallWatch NONE =
            new CallWatch() {
                @Override
                public void called(String operation, Outcome outcome, double rate) {}

                @Override
                public void postponed(String operation) {}
            };

    /// @param rate calls of this operation that are let go in a second from now on
    void called(String operation, Outcome outcome, double rate);

    /// A call was not let go yet, to keep the pace.
    void postponed(String operation);

    enum Outcome {
        ANSWERED,
        /// Refused for its pace.
        THROTTLED,
        /// Refused for what it asked.
        REFUSED,
        /// No answer, or that of a broken service.
        FAILED
    }
}
