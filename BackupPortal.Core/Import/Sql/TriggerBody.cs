namespace BackupPortal.Core.Import.Sql;

/// <summary>
/// Knows whether a semicolon ends a statement: that of a trigger holds others, and ends with the semicolon after an END that follows a semicolon.
/// </summary>
internal struct TriggerBody
{
    private Place place;

    private enum Place
    {
        Beginning,
        AfterCreate,
        Elsewhere,
        Inside,
        AfterSemicolon,
        AfterEnd,
    }

    /// <summary>False as soon as it is plain that the statement makes no trigger: then words need not be told.</summary>
    public readonly bool Matters => place != Place.Elsewhere;

    public static bool IsOfWord(byte one) => char.IsAsciiLetterOrDigit((char)one) || one is (byte)'_' or (byte)'$' or >= 0x80;

    public void SawWord(ReadOnlySpan<byte> word) => place = place switch
    {
        Place.Beginning => Is(word, "CREATE"u8) ? Place.AfterCreate : Place.Elsewhere,
        Place.AfterCreate when Is(word, "TEMP"u8) || Is(word, "TEMPORARY"u8) => Place.AfterCreate,
        Place.AfterCreate => Is(word, "TRIGGER"u8) ? Place.Inside : Place.Elsewhere,
        Place.AfterSemicolon when Is(word, "END"u8) => Place.AfterEnd,
        Place.Elsewhere => Place.Elsewhere,
        _ => Place.Inside,
    };

    public void SawOther(byte one)
    {
        if (one is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or (byte)';')
            return;
        place = place is Place.Beginning or Place.AfterCreate or Place.Elsewhere ? Place.Elsewhere : Place.Inside;
    }

    /// <summary>To be told each semicolon first.</summary>
    public bool EndsAtSemicolon()
    {
        if (place is not (Place.Inside or Place.AfterSemicolon))
            return true;
        place = Place.AfterSemicolon;
        return false;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> wanted) => System.Text.Ascii.EqualsIgnoreCase(word, wanted);
}
