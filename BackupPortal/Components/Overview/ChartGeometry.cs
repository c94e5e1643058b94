using System.Globalization;

namespace BackupPortal.Components.Overview;

/// <summary>Turns values into SVG coordinates on a field of 600 by 100, oldest on the left. Pure.</summary>
internal static class ChartGeometry
{
    public const int Width = 600;
    public const int Height = 100;

    /// <summary>The points of a line through the values, for <c>polyline</c>.</summary>
    public static string Line(IReadOnlyList<long> values) => string.Join(' ', values.Select((value, index) =>
        $"{Number(X(index, values.Count))},{Number(Y(value, Top(values)))}"));

    /// <summary>The line closed along the bottom, for <c>polygon</c>.</summary>
    public static string Area(IReadOnlyList<long> values) =>
        $"{Number(X(0, values.Count))},{Height} {Line(values)} {Number(X(values.Count - 1, values.Count))},{Height}";

    /// <summary>A bar for each value: left, top, width and height.</summary>
    public static IReadOnlyList<(string X, string Y, string Width, string Height)> Bars(IReadOnlyList<long> values)
    {
        var slot = (double)Width / Math.Max(values.Count, 1);
        var width = Math.Min(slot * 0.7, 36);
        return [.. values.Select((value, index) =>
        {
            // What is not nothing must be seen.
            var height = value == 0 ? 0 : Math.Max(2, Height - Y(value, Top(values)));
            return (Number((slot * index) + ((slot - width) / 2)), Number(Height - height), Number(width), Number(height));
        })];
    }

    private static double X(int index, int count) => count < 2 ? Width / 2.0 : (double)Width * index / (count - 1);

    private static double Y(long value, long top) => Height - (Height * (double)value / top);

    private static long Top(IReadOnlyList<long> values) => Math.Max(1, values.Max());

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
