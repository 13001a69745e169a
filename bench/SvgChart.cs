using System.Globalization;
using System.Net;
using System.Text;

namespace Golden.Templates.Bench;

/// <summary>Draws charts as SVG in colours that read on light and dark alike.</summary>
static class SvgChart
{
    private const string Text = "#7d8590";
    private const int Width = 720;
    private static readonly string[] Colours = ["#4c8dff", "#e5793a", "#2da44e", "#a371f7", "#d4a72c", "#db61a2", "#1b9e9e", "#cf5b56", "#8a9a5b"];

    /// <summary>A bar for each value, with a line where the aim is.</summary>
    public static string Bars(string title, IReadOnlyList<(string Name, double Value)> bars, double? aim = null, string format = "0.00")
    {
        const int left = 290, right = 60, top = 40, step = 26;
        var height = top + (bars.Count * step) + 24;
        var most = Math.Max(bars.Max(bar => bar.Value), aim ?? 0) * 1.05;
        double X(double value) => left + (value / most * (Width - left - right));

        var svg = Begin(title, height);
        foreach (var (index, (name, value)) in bars.Index())
        {
            var y = top + (index * step);
            Write(svg, left - 8, y + 14, name, "end");
            svg.Append(Invariant($"""<rect x="{left}" y="{y}" width="{X(value) - left:0.#}" height="18" rx="2" fill="{Colours[0]}"/>""")).Append('\n');
            Write(svg, X(value) + 6, y + 14, value.ToString(format, CultureInfo.InvariantCulture), "start");
        }

        if (aim is { } at)
        {
            svg.Append(Invariant($"""<line x1="{X(at):0.#}" y1="{top - 6}" x2="{X(at):0.#}" y2="{height - 20}" stroke="{Colours[1]}" stroke-width="2" stroke-dasharray="4 3"/>""")).Append('\n');
            Write(svg, X(at), height - 6, $"aim {at.ToString(format, CultureInfo.InvariantCulture)}", "middle");
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>A line for each name over the same steps, with a dashed line where the aim is.</summary>
    public static string Lines(string title, IReadOnlyList<string> steps, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> lines, double aim)
    {
        const int left = 60, right = 300, top = 44, plot = 240;
        var height = Math.Max(top + plot + 40, top + (lines.Count * 20) + 20);
        var most = Math.Max(lines.Max(line => line.Values.Max()), aim) * 1.05;
        double X(int step) => left + (step * (Width - left - right) / (double)Math.Max(1, steps.Count - 1));
        double Y(double value) => top + plot - (value / most * plot);

        var svg = Begin(title, height);
        svg.Append(Invariant($"""<path d="M{left} {top}V{top + plot}H{Width - right}" fill="none" stroke="{Text}"/>""")).Append('\n');
        svg.Append(Invariant($"""<line x1="{left}" y1="{Y(aim):0.#}" x2="{Width - right}" y2="{Y(aim):0.#}" stroke="{Text}" stroke-dasharray="4 3"/>""")).Append('\n');
        Write(svg, left - 6, Y(aim) + 4, aim.ToString("0.0", CultureInfo.InvariantCulture), "end");
        Write(svg, left - 6, Y(most) + 4, most.ToString("0.0", CultureInfo.InvariantCulture), "end");
        Write(svg, left - 6, Y(0) + 4, "0", "end");
        foreach (var (index, step) in steps.Index())
        {
            Write(svg, X(index), top + plot + 18, step, "middle");
        }

        foreach (var (index, (name, values)) in lines.Index())
        {
            var colour = Colours[index % Colours.Length];
            var points = string.Join(' ', values.Select((value, step) => Invariant($"{X(step):0.#},{Y(value):0.#}")));
            svg.Append(Invariant($"""<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>""")).Append('\n');
            svg.Append(Invariant($"""<rect x="{Width - right + 16}" y="{top + (index * 20)}" width="12" height="12" rx="2" fill="{colour}"/>""")).Append('\n');
            Write(svg, Width - right + 34, top + (index * 20) + 10, name, "start");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static StringBuilder Begin(string title, int height)
    {
        var svg = new StringBuilder(Invariant($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img" font-family="system-ui, sans-serif" font-size="12">""")).Append('\n');
        svg.Append($"<title>{WebUtility.HtmlEncode(title)}</title>\n");
        svg.Append(Invariant($"""<text x="0" y="16" font-size="14" font-weight="600" fill="{Text}">{WebUtility.HtmlEncode(title)}</text>""")).Append('\n');
        return svg;
    }

    private static void Write(StringBuilder svg, double x, double y, string text, string anchor) =>
        svg.Append(Invariant($"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" fill="{Text}">{WebUtility.HtmlEncode(text)}</text>""")).Append('\n');

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
