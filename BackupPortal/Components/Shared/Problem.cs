using System.Globalization;
using BackupPortal.Access;
using BackupPortal.Core.Messages;
using static BackupPortal.Components.Shared.SharedTexts;

namespace BackupPortal.Components.Shared;

/// <summary>Why something that a person asked for was not done, in their language.</summary>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record Problem(string What, string? Hint)
{
    /// <summary>Null for a failure that is a defect or a fault of the environment: those go to the page's error boundary.</summary>
    public static Problem? From(Exception failure) => failure switch
    {
        PortalException known => new Problem(
            known.What.Format(CultureInfo.CurrentUICulture), known.Hint?.Format(CultureInfo.CurrentUICulture)),
        AccessDeniedException => new Problem(Texts["DeniedWhat"], null),
        _ => null,
    };
}
