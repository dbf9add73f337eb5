package dev.nameplate.bench;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What `million` found, as a picture: a panel for each measure over the number of stored names.
final class Curve {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 240;
    private static final int LEFT = 46;
    private static final int TOP = 34;
    private static final int PLOT_WIDTH = 230;
    private static final int PLOT_HEIGHT = 160;

    private final List<Point> points;
    private final Formatter svg = new Formatter(Locale.ROOT);
    private int panels;

    private Curve(List<Point> points) {
        this.points = points;
    }

    /// @param stored names in the store
    /// @param seconds from the launcher's start to the first handshake
    /// @param aliveMegabytes of the heap, after a collection
    /// @param megabytes of the process after the start
    /// @param loadedMegabytes the same after the load
    /// @param oneName server CPU of a handshake in microseconds
    /// @param anyName the same with names picked at random
    record Point(
            int stored,
            double seconds,
            double aliveMegabytes,
            double megabytes,
            double loadedMegabytes,
            double oneName,
            double anyName) {}

    private record Line(String label, String color, ToDoubleFunction<Point> value) {}

    static String of(List<Point> points) {
        return new Curve(points).drawn();
    }

    private String drawn() {
        panel(
                "start to first handshake, s",
                List.of(new Line("one core", "#1f6feb", Point::seconds)));
        panel(
                "memory of the process, MB",
                List.of(
                        new Line("under load", "#d1242f", Point::loadedMegabytes),
                        new Line("after start", "#1f6feb", Point::megabytes),
                        new Line("alive in heap", "#6e7781", Point::aliveMegabytes)));
        panel(
                "handshakes a second and core",
                List.of(
                        new Line("one name", "#6e7781", point -> 1e6 / point.oneName()),
                        new Line("random names", "#1f6feb", point -> 1e6 / point.anyName())));
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" font-family=\"sans-serif\" font-size=\"11\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n%3$s</svg>%n"
                .formatted(panels * WIDTH, HEIGHT, svg);
    }

    private void panel(String title, List<Line> lines) {
        double most = 0;
        for (Line line : lines) {
            for (Point point : points) {
                most = Math.max(most, line.value().applyAsDouble(point));
            }
        }
        double top = roundedUp(most);
        svg.format("<g transform=\"translate(%d,0)\">%n", panels++ * WIDTH);
        text(LEFT, 18, "start", "#1f2328", title);
        for (int tick = 0; tick <= 4; tick++) {
            double y = TOP + PLOT_HEIGHT * (1 - tick / 4.0);
            svg.format(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#d0d7de\"/>%n",
                    LEFT, LEFT + PLOT_WIDTH, y, y);
            text(LEFT - 4, y + 4, "end", "#57606a", number(top * tick / 4));
        }
        for (Point point : points) {
            text(x(point), TOP + PLOT_HEIGHT + 16, "middle", "#57606a", number(point.stored()));
        }
        double label = TOP + PLOT_HEIGHT + 34;
        double from = LEFT;
        for (Line line : lines) {
            svg.format(
                    "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"",
                    line.color());
            for (Point point : points) {
                double share = line.value().applyAsDouble(point) / top;
                svg.format("%.1f,%.1f ", x(point), TOP + PLOT_HEIGHT * (1 - share));
            }
            svg.format("\"/>%n");
            text(from, label, "start", line.color(), line.label());
            from += 8 + 6.5 * line.label().length();
        }
        svg.format("</g>%n");
    }

    /// By the number's logarithm.
    private double x(Point point) {
        double first = Math.log10(points.getFirst().stored());
        double last = Math.log10(points.getLast().stored());
        double share = last > first ? (Math.log10(point.stored()) - first) / (last - first) : 0;
        return LEFT + 12 + share * (PLOT_WIDTH - 24);
    }

    /// To 1, 2, 4 or 8 times a power of ten, which four lines divide well.
    private static double roundedUp(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-3))));
        for (int times : new int[] {1, 2, 4, 8}) {
            if (times * power >= value) {
                return times * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%.0fM", value / 1e6);
        }
        if (value >= 10_000) {
            return String.format(Locale.ROOT, "%.0fk", value / 1e3);
        }
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private void text(double x, double y, String anchor, String color, String text) {
        svg.format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x, y, anchor, color, text);
    }
}
