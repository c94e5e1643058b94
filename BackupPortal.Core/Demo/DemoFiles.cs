using System.Text;

namespace BackupPortal.Core.Demo;

/// <summary>Writes the files that a school keeps beside its database. Paths are relative with <c>/</c>; times follow the school year, not today.</summary>
internal sealed class DemoFiles(string folder)
{
    public void WriteOffice(string schoolName)
    {
        var day = new DateOnly(2025, 9, 8);
        WriteText("Verwaltung/Elternbrief Übergang.txt", $"{schoolName}\n\nLiebe Eltern,\n\nam Dienstag beginnt der Übergang in die nächste Stufe.\n", day);
        WriteText("Verwaltung/Schlüsselliste (vertraulich).csv", "Raum;Schlüssel;Ausgegeben an\n101;A-17;Hausmeister\nTurnhalle;T-02;Fachschaft Sport\n", day);
        WriteText("Verwaltung/Protokoll & Beschlüsse – Gesamtkonferenz 1. Halbjahr.txt", "TOP 1: Begrüßung\nTOP 2: Handyordnung\n", day);
        WriteText("Verwaltung/leer.txt", "", day);
        WriteText("Verwaltung/Ablage/2025/Ganztag/Küche/Speiseplan KW 37.txt", "Mo: Möhreneintopf\nDi: Kässpätzle\nMi: Fischstäbchen\n", day);
    }

    public void Write(string path, byte[] content, DateOnly day)
    {
        var target = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, content);
        File.SetLastWriteTimeUtc(target, day.ToDateTime(new TimeOnly(10, 30), DateTimeKind.Utc));
    }

    private void WriteText(string path, string text, DateOnly day) => Write(path, Encoding.UTF8.GetBytes(text), day);
}
