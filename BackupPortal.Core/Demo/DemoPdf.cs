using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace BackupPortal.Core.Demo;

/// <summary>Writes a one-page PDF with lines of text.</summary>
internal static class DemoPdf
{
    public static byte[] Page(string title, IEnumerable<string> lines)
    {
        using var pdf = new MemoryStream();
        var content = Compress(Content(title, lines));
        var offsets = new List<long>();
        Write(pdf, "%PDF-1.4\n");
        WriteObject("<< /Type /Catalog /Pages 2 0 R >>");
        WriteObject("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        WriteObject("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>");
        offsets.Add(pdf.Position);
        Write(pdf, $"4 0 obj\n<< /Length {content.Length} /Filter /FlateDecode >>\nstream\n");
        pdf.Write(content);
        Write(pdf, "\nendstream\nendobj\n");
        WriteObject("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
        WriteIndex(pdf, offsets);
        return pdf.ToArray();

        void WriteObject(string body)
        {
            offsets.Add(pdf.Position);
            Write(pdf, $"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }
    }

    private static void WriteIndex(MemoryStream pdf, List<long> offsets)
    {
        var start = pdf.Position;
        Write(pdf, $"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            Write(pdf, string.Create(CultureInfo.InvariantCulture, $"{offset:0000000000} 00000 n \n"));
        Write(pdf, $"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    }

    private static string Content(string title, IEnumerable<string> lines)
    {
        var content = new StringBuilder($"BT /F1 20 Tf 70 770 Td ({Escape(title)}) Tj ET\nBT /F1 11 Tf 16 TL 70 730 Td\n");
        foreach (var line in lines)
            content.Append('(').Append(Escape(line)).Append(") Tj T*\n");
        return content.Append("ET\n").ToString();
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("(", "\\(", StringComparison.Ordinal).Replace(")", "\\)", StringComparison.Ordinal);

    private static byte[] Compress(string content)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
            zlib.Write(Encoding.Latin1.GetBytes(content));
        return compressed.ToArray();
    }

    private static void Write(MemoryStream pdf, string text) => pdf.Write(Encoding.Latin1.GetBytes(text));
}
