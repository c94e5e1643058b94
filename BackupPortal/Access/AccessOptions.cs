namespace BackupPortal.Access;

/// <summary>Configuration section <c>Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>Attempts to sign in, set up or change a password that one address may make in a minute; default 30, at least 1.</summary>
    public int AttemptsPerMinute { get; set; } = 30;

    /// <summary>How long a removed account or changed password can go unnoticed by a cookie or an open page; default 10 s.</summary>
    public TimeSpan RecheckInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Trust <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> from a reverse proxy on this machine; default off.</summary>
    public bool TrustForwardedHeaders { get; set; }
}
