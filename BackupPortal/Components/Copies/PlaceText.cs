using BackupPortal.Core.Copies;
using static BackupPortal.Components.Copies.CopiesTexts;

namespace BackupPortal.Components.Copies;

/// <summary>What places of local copies are called; those of the operator have names of their own.</summary>
internal static class PlaceText
{
    public static string Name(string place) => place == CopyPlaces.Own ? Texts["PlaceOwn"] : place;
}
