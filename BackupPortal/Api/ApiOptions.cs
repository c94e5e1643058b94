namespace BackupPortal.Api;

/// <summary>Configuration section <c>Api</c>.</summary>
internal sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Requests that one token may make in a minute, and one address without any; default 300, at least 1.</summary>
    public int RequestsPerMinute { get; set; } = 300;

    /// <summary>Tokens that are none, which one address may show in a minute; default 20, at least 1.</summary>
    public int FailuresPerMinute { get; set; } = 20;

    /// <summary>How long a token that was revoked, or a role that was taken away, can go unnoticed by a stream of events; default 3 s.</summary>
    public TimeSpan RecheckInterval { get; set; } = TimeSpan.FromSeconds(3);
}
