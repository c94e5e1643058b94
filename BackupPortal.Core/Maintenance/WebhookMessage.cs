using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BackupPortal.Core.Maintenance;

/// <summary>What a receiver is told; its shape is described in docs/webhooks.md and never changes, properties may be added.</summary>
/// <param name="Id">The same however often it is sent.</param>
/// <param name="Sequence">Of the tenant, rising: a receiver that has seen a higher one ignores it.</param>
/// <param name="Reason"><c>restore</c>, <c>undo</c>, <c>retrieve</c>, <c>manual</c> or <c>test</c>.</param>
/// <param name="ExpectedSeconds">How long it is likely to take at most; null when nobody can say.</param>
internal sealed record WebhookMessage(
    Guid Id, string Event, long Sequence, string Tenant, DateTimeOffset TimeUtc, string Reason, Guid? Operation, int? ExpectedSeconds)
{
    public const string Starting = "maintenance.starting";
    public const string Ended = "maintenance.ended";
    public const string Test = "maintenance.test";

    public string ToJson() => JsonSerializer.Serialize(this, WebhookJson.Default.WebhookMessage);

    /// <summary>The value of the header <c>BackupPortal-Signature</c>.</summary>
    /// <param name="at">When it is sent: what is kept by somebody and sent again later is too old then.</param>
    public static string Sign(string secret, DateTimeOffset at, string body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var code = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(code)}";
    }
}

/// <summary>A message that is to be sent, as it stands in its file.</summary>
/// <param name="Body">Exactly what is sent.</param>
internal sealed record WaitingMessage(Guid Id, string Body, DateTimeOffset SinceUtc, int Attempts, DateTimeOffset NextUtc);

/// <summary>How far a tenant's receiver has been told.</summary>
/// <param name="IsOpen">A beginning was told, and its end not yet.</param>
internal sealed record WebhookState(long Sequence, bool IsOpen, string Reason, Guid? Operation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookMessage))]
[JsonSerializable(typeof(WaitingMessage))]
[JsonSerializable(typeof(WebhookState))]
internal sealed partial class WebhookJson : JsonSerializerContext;
