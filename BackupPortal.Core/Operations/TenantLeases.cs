using System.Text.Json;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>
/// Hands out each tenant's lease: the lock of the operating system on the file <c>lease</c> in the tenant's repository. The file says who has it,
/// and counts. Safe for concurrent use, also by several processes.
/// </summary>
public sealed class TenantLeases(TimeProvider time)
{
    private const int LongestLeaseFile = 4096;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly string ThisProcess = $"{Environment.ProcessId}@{Environment.MachineName}";

    /// <returns>Null when someone else has it.</returns>
    public TenantLease? TryAcquire(Tenant tenant, OperationId? operation)
    {
        Directory.CreateDirectory(tenant.Home.Repository);
        if (FileLock.TryTake(FileOf(tenant)) is not { } taken)
            return null;
        try
        {
            var token = NextToken(Read(taken.Stream));
            Write(taken.Stream, new LeaseNote(token, ThisProcess, operation, time.GetUtcNow()));
            return new TenantLease(tenant.Id, token, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Waits as long as it takes.</summary>
    public async Task<TenantLease> AcquireAsync(Tenant tenant, OperationId? operation, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(tenant, operation) is { } lease)
                return lease;
            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    private static string FileOf(Tenant tenant) => Path.Combine(tenant.Home.Repository, "lease");

    private static LeaseNote? Read(FileStream stream)
    {
        var buffer = new byte[Math.Min(stream.Length, LongestLeaseFile)];
        stream.ReadExactly(buffer);
        try
        {
            return buffer.Length == 0 ? null : JsonSerializer.Deserialize(buffer, OperationJson.Default.LeaseNote);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(FileStream stream, LeaseNote holder)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(holder, OperationJson.Default.LeaseNote);
        stream.Position = 0;
        stream.Write(json);
        stream.SetLength(json.Length);
        stream.Flush(flushToDisk: true);
    }

    // A file that was cut off by a power failure has lost its count; the clock is above any count that one by one could have reached.
    private long NextToken(LeaseNote? last) => last is null ? time.GetUtcNow().ToUnixTimeMilliseconds() : last.Token + 1;
}
