using System.Globalization;
using System.Text;

namespace BackupPortal.Core.Demo;

/// <summary>Invents people with common German names, addresses that do not exist, and telephone numbers that are kept free for fiction.</summary>
internal sealed class DemoPeople(DemoRandom random, string city)
{
    private static readonly string[] _girls =
        """
        Emma Mia Hannah Sophia Lina Emilia Marie Lena Mila Anna Clara Ella Lea Leonie Johanna Ida Charlotte Frieda Mathilda Lilly Amelie Luisa Nele Greta
        Laura Sarah Julia Maja Paula Elisa Helena Antonia Pia Nora Theresa Katharina Melina Jana Merle Ronja Carla Aylin Elif Zeynep Amina Maryam Zofia
        Daria Alina Chiara Änne Zoë Jördis
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] _boys =
        """
        Lukas Leon Finn Jonas Paul Elias Felix Noah Maximilian Ben Luca Emil Moritz Anton Theo Jakob Oskar Henry Julian David Samuel Matteo Jonathan Linus
        Philipp Alexander Niklas Simon Tim Tom Erik Fabian Johannes Vincent Karl Mats Levi Milan Emir Yusuf Mehmet Ali Omar Jakub Andrei Arda Nico Hannes
        Bruno Jörg Søren Jürn
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] _adults =
        """
        Sabine Petra Monika Susanne Birgit Andrea Claudia Nicole Stefanie Melanie Christina Ulrike Heike Anja Silke Kerstin Katja Tanja Michael Thomas Stefan
        Andreas Markus Christian Martin Peter Jürgen Frank Ralf Matthias Daniel Jan Torsten Sven Holger Bernd Ayşe Mustafa Olga Piotr
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] _families =
        """
        Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann
        Braun Krüger Hofmann Hartmann Lange Werner Schmitz Krause Lehmann Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß
        Jung Hahn Schubert Vogel Friedrich Keller Günther Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Böhm Winter Kraus Schumacher Krämer
        Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Dietrich Ziegler Kühn Pohl Engel Horn Busch Bergmann Voigt Sauer Arnold
        Pfeiffer Yılmaz Kaya Demir Öztürk Nowak Kowalski Popescu Nguyen Haddad Rossi Petersen Hansen Lüders Großmann
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] _streets =
    [
        "Hauptstraße", "Schulstraße", "Gartenstraße", "Bahnhofstraße", "Dorfstraße", "Bergstraße", "Birkenweg", "Lindenallee", "Kirchgasse", "Waldstraße",
        "Ringstraße", "Amselweg", "Wiesenweg", "Buchenweg", "Mühlenweg", "Rosenstraße", "Am Sportplatz", "Kastanienallee", "Am Bach", "Uferstraße", "Lange Straße",
    ];

    private static readonly string[] _exchanges = ["030 23125", "069 90009", "040 66969", "0221 4710", "089 99998"];

    public string City { get; } = city;

    public string FamilyName() => random.Chance(4) ? $"{random.Pick(_families)}-{random.Pick(_families)}" : random.Pick(_families);

    public string ChildName(bool isGirl) => random.Pick(isGirl ? _girls : _boys);

    public string AdultName() => random.Pick(_adults);

    public string Street() => string.Create(CultureInfo.InvariantCulture, $"{random.Pick(_streets)} {1 + random.Next(120)}");

    public string PostalCode() => (99_900 + random.Next(80)).ToString(CultureInfo.InvariantCulture);

    public string Phone() => string.Create(CultureInfo.InvariantCulture, $"{random.Pick(_exchanges)}{random.Next(1000):000}");

    public string Mail(string first, string family) =>
        string.Create(CultureInfo.InvariantCulture, $"{Plain(first)}.{Plain(family)}{random.Next(100)}@familie.example");

    /// <summary>A name as it stands in an address: small letters of ASCII only.</summary>
    public static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length + 2);
        foreach (var letter in name.ToLowerInvariant())
            plain.Append(letter switch
            {
                'ä' => "ae",
                'ö' or 'ø' => "oe",
                'ü' => "ue",
                'ß' => "ss",
                'ë' => "e",
                'ş' => "s",
                'ı' => "i",
                >= 'a' and <= 'z' or '-' => letter.ToString(),
                _ => "",
            });
        return plain.ToString();
    }
}
