using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>
/// Keeps what was answered to requests that their sender named, so that sending one again does nothing twice. Each name is a token's own, for one
/// method and address. Safe for concurrent use, also by several processes.
/// </summary>
public sealed class KeptAnswerStore(IDbContextFactory<CatalogContext> contexts, TimeProvider time)
{
    /// <summary>After that a name is new again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // A request that this process works on is told from one that died with another.
    private readonly Guid process = Guid.NewGuid();

    /// <summary>Claims a request for who asks first.</summary>
    public async Task<AnswerClaim> ClaimAsync(RequestName name, string requestHash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        await context.KeptAnswers.Where(row => row.CreatedUtc < now - Kept).ExecuteDeleteAsync(cancellationToken);
        context.KeptAnswers.Add(new KeptAnswerRow
        {
            TokenId = name.Token,
            Route = name.Route,
            Key = name.Key,
            RequestHash = requestHash,
            CreatedUtc = now,
            Process = process,
        });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return new AnswerClaim(ClaimOutcome.Claimed, null);
        }
        catch (DbUpdateException taken) when (taken.InnerException is SqliteException { SqliteErrorCode: 19 })
        {
            return await FindAsync(name, requestHash, cancellationToken);
        }
    }

    /// <summary>Keeps the answer of a claimed request.</summary>
    public async Task KeepAsync(RequestName name, KeptAnswer answer, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await Of(context, name).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, answer.Status).SetProperty(row => row.Headers, answer.Headers).SetProperty(row => row.Body, answer.Body),
            cancellationToken);
    }

    /// <summary>Gives a claimed request up: nothing was done, and it may be tried again.</summary>
    public async Task GiveUpAsync(RequestName name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await Of(context, name).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<KeptAnswerRow> Of(CatalogContext context, RequestName name) =>
        context.KeptAnswers.Where(row => row.TokenId == name.Token && row.Route == name.Route && row.Key == name.Key);

    private async Task<AnswerClaim> FindAsync(RequestName name, string requestHash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Of(context, name).AsNoTracking().SingleOrDefaultAsync(cancellationToken) switch
        {
            // Given up between the two looks: whoever asks again, is the first.
            null => new AnswerClaim(ClaimOutcome.UnderWay, null),
            var row when row.RequestHash != requestHash => new AnswerClaim(ClaimOutcome.OtherRequest, null),
            { Status: { } status } row => new AnswerClaim(ClaimOutcome.Answered, new KeptAnswer(status, row.Headers ?? "", row.Body ?? [])),
            var row => new AnswerClaim(row.Process == process ? ClaimOutcome.UnderWay : ClaimOutcome.Lost, null),
        };
    }
}

/// <param name="Route">Method and address.</param>
/// <param name="Key">What the sender calls the request.</param>
public sealed record RequestName(Guid Token, string Route, string Key);

/// <param name="Headers">As the host keeps them.</param>
public sealed record KeptAnswer(int Status, string Headers, byte[] Body);

/// <param name="Answer">Set exactly when it was answered.</param>
public sealed record AnswerClaim(ClaimOutcome Outcome, KeptAnswer? Answer);

public enum ClaimOutcome
{
    /// <summary>The first: it is to be done, and then kept or given up.</summary>
    Claimed,

    Answered,

    /// <summary>Somebody works on it now.</summary>
    UnderWay,

    /// <summary>The name belongs to a request of another content.</summary>
    OtherRequest,

    /// <summary>The process that worked on it ended before it could answer: nobody knows how far it came.</summary>
    Lost,
}
