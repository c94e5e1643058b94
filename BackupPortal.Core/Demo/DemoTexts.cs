using System.Text;

namespace BackupPortal.Core.Demo;

/// <summary>Writes the German that people at a school write to each other.</summary>
internal sealed class DemoTexts(DemoRandom random)
{
    private static readonly string[] _subjects =
    [
        "Elternsprechtag", "Klassenfahrt", "Entschuldigung", "Vergessene Hausaufgaben", "Klassenarbeit verschoben", "Wandertag", "Projektwoche", "Terminbitte",
        "Bücherrückgabe", "Förderunterricht", "Schwimmunterricht", "Sportfest", "Kopiergeld", "Zeugnisausgabe", "Vertretungsplan", "AG-Anmeldung",
    ];

    private static readonly string[] _openings = ["Guten Tag", "Liebe Eltern", "Sehr geehrte Frau Kollegin", "Hallo", "Sehr geehrte Damen und Herren", "Guten Morgen"];

    private static readonly string[] _who = ["Ihre Tochter", "Ihr Sohn", "die Klasse", "unsere Arbeitsgruppe", "der Kurs", "mein Kind", "die Parallelklasse", "die Fachschaft"];

    private static readonly string[] _does =
    [
        "hat in den letzten Wochen große Fortschritte gemacht", "braucht bis Freitag die unterschriebene Einverständniserklärung", "fehlt heute wegen einer Erkältung",
        "trifft sich am Mittwoch nach der sechsten Stunde in der Aula", "hat die Hausaufgaben leider dreimal nicht vorgelegt", "fährt im Mai für drei Tage an die Müritz",
        "darf das Lesetagebuch noch bis Montag abgeben", "übt für das Sommerkonzert jeden Donnerstag", "möchte gern am Förderunterricht Mathematik teilnehmen",
        "braucht für den Kunstunterricht einen Zeichenblock und Wasserfarben", "hat das Buch aus der Bibliothek noch nicht zurückgegeben",
    ];

    private static readonly string[] _closings =
    [
        "Bitte geben Sie kurz Bescheid.", "Für Rückfragen bin ich in der Sprechstunde da.", "Vielen Dank für Ihre Unterstützung!", "Wir freuen uns auf rege Teilnahme.",
        "Bitte den Abschnitt unten ausfüllen und mitgeben.", "Mit freundlichen Grüßen", "Schöne Grüße aus dem Lehrerzimmer",
    ];

    private static readonly string[] _remarks =
        ["sehr sorgfältig", "Rechtschreibung üben", "mündlich stärker als schriftlich", "schöne Ideen", "bitte sauberer zeichnen", "Aufgabe 3 fehlt", "deutlich verbessert"];

    private static readonly string[] _reasons = ["Arzttermin", "krank gemeldet", "Bus verpasst", "Familienfeier", "Sportwettkampf", "verschlafen", "Praktikum"];

    private readonly StringBuilder _text = new();

    public string MessageSubject() => random.Pick(_subjects);

    public string MessageBody()
    {
        _text.Clear().Append(random.Pick(_openings)).Append(",\n\n");
        for (var sentences = random.Between(2, 6); sentences > 0; sentences--)
        {
            var who = random.Pick(_who);
            _text.Append(char.ToUpperInvariant(who[0])).Append(who, 1, who.Length - 1).Append(' ').Append(random.Pick(_does)).Append(". ");
        }

        return _text.Append("\n\n").Append(random.Pick(_closings)).ToString();
    }

    public string GradeRemark() => random.Pick(_remarks);

    public string AbsenceReason() => random.Pick(_reasons);
}
