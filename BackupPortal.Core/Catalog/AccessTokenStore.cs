using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Keeps people's tokens. They go with their account. Safe for concurrent use.</summary>
public sealed class AccessTokenStore(IDbContextFactory<CatalogContext> contexts, AuditLog audit, TimeProvider time)
{
    /// <summary>Characters of a name.</summary>
    public const int LongestName = 60;

    /// <summary>Tokens of one account that are neither revoked nor expired.</summary>
    public const int Most = 50;

    /// <summary>How long a token can be made to last.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(366);

    // Writing each use would make every reading request a writing one.
    private static readonly TimeSpan UseInterval = TimeSpan.FromMinutes(1);

    /// <exception cref="PortalException">No name or one too long, no right, no tenant, an end that has passed or is too far, or too many tokens.</exception>
    public async Task<CreatedAccessToken> CreateAsync(NewAccessToken wanted, string by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Check(wanted, now);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.AccessTokens.CountAsync(
            one => one.AccountId == wanted.Account && one.RevokedUtc == null && one.ExpiresUtc > now, cancellationToken) >= Most)
            throw Refused("TokenTooMany", Most);
        var text = AccessTokenText.Create(Guid.CreateVersion7(now));
        var row = new AccessTokenRow
        {
            Id = text.Id,
            AccountId = wanted.Account,
            Name = wanted.Name.Trim(),
            Hash = text.Hash,
            Rights = wanted.Rights.ToString(),
            Tenants = wanted.Tenants is null ? null : string.Join(',', wanted.Tenants.Select(static one => one.Value.ToString("N"))),
            CreatedUtc = now,
            ExpiresUtc = wanted.ExpiresUtc,
        };
        context.AccessTokens.Add(row);
        context.Audit.Add(audit.Entry(null, by, new Message("Catalog", "AuditTokenCreated", row.Name, row.Rights)));
        await context.SaveChangesAsync(cancellationToken);
        return new CreatedAccessToken(ToToken(row), text.ToString());
    }

    /// <summary>An account's tokens, newest first, with those that are over.</summary>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(Guid account, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.AccessTokens.AsNoTracking().Where(row => row.AccountId == account).OrderByDescending(row => row.CreatedUtc).ToListAsync(cancellationToken);
        return [.. rows.Select(ToToken)];
    }

    /// <returns>Null when there is none (any more); one that is over is found.</returns>
    public async Task<AccessToken?> FindAsync(Guid id, CancellationToken cancellationToken) => await RowAsync(id, cancellationToken) is { } row ? ToToken(row) : null;

    /// <summary>Whose token this is, as a program showed it.</summary>
    /// <returns>Null when it is none, or one that is over.</returns>
    public async Task<AccessToken?> RecogniseAsync(string? text, CancellationToken cancellationToken)
    {
        if (AccessTokenText.TryParse(text) is not { } shown || await RowAsync(shown.Id, cancellationToken) is not { } row || !shown.Matches(row.Hash))
            return null;
        var token = ToToken(row);
        return token.IsUsable(time.GetUtcNow()) ? token : null;
    }

    /// <summary>Notes that a token was used, unless that was noted within the last minute.</summary>
    /// <param name="from">The address that it came from.</param>
    public async Task NoteUseAsync(AccessToken token, string? from, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - token.LastUsedUtc < UseInterval)
            return;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AccessTokens.Where(row => row.Id == token.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.LastUsedUtc, now).SetProperty(row => row.LastUsedFrom, from), cancellationToken);
    }

    /// <summary>Ends an account's token at once; no error when it is over already or is not this account's.</summary>
    public async Task RevokeAsync(Guid account, Guid id, string by, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.AccessTokens.SingleOrDefaultAsync(row => row.Id == id && row.AccountId == account && row.RevokedUtc == null, cancellationToken) is not { } found)
            return;
        found.RevokedUtc = time.GetUtcNow();
        context.Audit.Add(audit.Entry(null, by, new Message("Catalog", "AuditTokenRevoked", found.Name)));
        await context.SaveChangesAsync(cancellationToken);
    }

    private static void Check(NewAccessToken wanted, DateTimeOffset now)
    {
        if (wanted.Name.Trim() is { Length: 0 or > LongestName })
            throw Refused("TokenName", LongestName);
        if (wanted.Rights == TokenRights.None)
            throw Refused("TokenRightsMissing");
        if (wanted.Tenants is [])
            throw Refused("TokenTenantsMissing");
        if (wanted.ExpiresUtc <= now || wanted.ExpiresUtc > now + LongestLife)
            throw Refused("TokenExpiry");
    }

    private static PortalException Refused(string key, params int[] numbers) =>
        new(new Message("Catalog", key, [.. numbers.Select(static one => one.ToString(CultureInfo.InvariantCulture))]));

    private async Task<AccessTokenRow?> RowAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AccessTokens.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
    }

    private static AccessToken ToToken(AccessTokenRow row) => new(
        row.Id, row.AccountId, row.Name, Enum.Parse<TokenRights>(row.Rights),
        row.Tenants is null ? null : [.. row.Tenants.Split(',').Select(static one => new TenantId(Guid.Parse(one)))],
        row.CreatedUtc, row.ExpiresUtc, row.LastUsedUtc, row.LastUsedFrom, row.RevokedUtc);
}
