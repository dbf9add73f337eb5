package dev.nameplate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One figure over the rounds, shown as least, median and greatest.
final class Series {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        if (n == 0) {
            return Double.NaN;
        }
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }

    /// Of the values of each round, so that a slow minute of the machine weighs on both alike.
    static Series ratios(Series upper, Series lower) {
        Series ratios = new Series();
        for (int i = 0; i < Math.min(upper.values.size(), lower.values.size()); i++) {
            ratios.add(upper.values.get(i) / lower.values.get(i));
        }
        return ratios;
    }

    @Override
    public String toString() {
        double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        double greatest = values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
        return "%s - %s - %s".formatted(shown(least), shown(median()), shown(greatest));
    }

    private static String shown(double value) {
        String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
