using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BackupPortal.Tests.Export;

/// <summary>
/// A PostgreSQL 15 of its own on 127.0.0.1, in a scratch folder, for as long as there are tests that need it. Its user <c>school</c> is an ordinary one. It ends with this process, however that ends.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Usual = "/usr/lib/postgresql/15/bin";

    // As root, whom PostgreSQL refuses to serve, everything is done as the user that its package makes. The shell waits for its input to end, which is when nobody needs the server any more.
    private const string Script =
        """
        set -e
        if [ "$(id -u)" -eq 0 ]; then exec setpriv --reuid postgres --regid postgres --clear-groups --reset-env bash -c "$RUN" bash "$@"; fi
        exec bash -c "$RUN" bash "$@"
        """;

    private const string Run =
        """
        set -e
        cd /
        folder=$(mktemp -d "${TMPDIR:-/tmp}/backupportal-test-XXXXXX")
        trap 'rm -rf "$folder"' EXIT
        "$1/initdb" --pgdata "$folder/data" --username super --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync > "$folder/log"
        "$1/pg_ctl" --pgdata "$folder/data" --wait --log "$folder/log" --options "-p $2 -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=20 -c shared_buffers=32MB" start > /dev/null || { cat "$folder/log" >&2; exit 1; }
        echo ready
        cat > /dev/null
        "$1/pg_ctl" --pgdata "$folder/data" --mode immediate --wait stop > /dev/null
        """;

    private static int databases;
    private Process? server;

    public int Port { get; private set; }

    private static string Programs => Environment.GetEnvironmentVariable("BACKUPPORTAL_POSTGRES") is { Length: > 0 } folder ? folder : Usual;

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Path.Combine(Programs, "initdb")), $"PostgreSQL 15 is not in {Programs}. eng/test.sh installs it.");
        Port = FreePort();
        var start = new ProcessStartInfo("bash", ["-c", Script, "bash", Programs, $"{Port}"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // The environment is emptied on the way.
        start.ArgumentList[1] = Script.Replace("\"$RUN\"", Quoted(Run), StringComparison.Ordinal);
        server = Process.Start(start)!;
        var errors = server.StandardError.ReadToEndAsync();
        var line = await server.StandardOutput.ReadLineAsync();
        Assert.True(line == "ready", $"PostgreSQL did not start: {(line is null ? await errors : line)}");
        await QueryAsync("postgres", "super", "CREATE ROLE school LOGIN");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is null)
            return;
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        server.Dispose();
    }

    /// <summary>An empty database that belongs to the ordinary user.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"school{Interlocked.Increment(ref databases)}";
        await QueryAsync("postgres", "super", $"CREATE DATABASE {name} OWNER school");
        return name;
    }

    /// <summary>Reads a gzipped export, as docs/export-formats.md says, and as the ordinary user.</summary>
    public Task<(int ExitCode, string Printed, string Errors)> TryImportAsync(string file, string database) => StockTool.TryAsync(
        "bash", "-c", "set -o pipefail; gunzip -c \"$0\" | \"$1/psql\" --no-psqlrc --quiet --host 127.0.0.1 --port \"$2\" --username school -v ON_ERROR_STOP=1 \"$3\" 2>&1", file, Programs, $"{Port}", database);

    /// <returns>Rows as <c>psql</c> prints them, without a frame.</returns>
    public Task<string> QueryAsync(string database, string sql) => QueryAsync(database, "school", sql);

    private Task<string> QueryAsync(string database, string user, string sql) => StockTool.RunAsync(
        Path.Combine(Programs, "psql"), "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--host", "127.0.0.1", "--port", $"{Port}", "--username", user, "-v", "ON_ERROR_STOP=1", "--command", sql, database);

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
