package dev.nameplate;

/// The program's entry: `nameplate serve`, `demo`, `ca`, `key`.
final class Main {
    sealed interface X {
        record A(int a, String b) implements X {}
    }

    static int f(X x) {
        return switch (x) {
            case X.A(int a, String _) -> a;
        };
    }

    public static void main(String[] args) {}
}
