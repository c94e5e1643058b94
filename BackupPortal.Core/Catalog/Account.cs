using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Core.Catalog;

/// <summary>A person who can sign in. The user name is the e-mail address.</summary>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>Runs the host and sees every tenant.</summary>
    public bool IsOperator { get; set; }

    /// <summary>Language of the user interface, <c>de</c> or <c>en</c>; null to follow the browser.</summary>
    public string? Language { get; set; }
}
