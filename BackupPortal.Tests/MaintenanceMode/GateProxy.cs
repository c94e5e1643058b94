using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BackupPortal.Tests.MaintenanceMode;

/// <summary>A real proxy in front of an application, started from the configuration in docs/gate with nothing changed but addresses and the data root.</summary>
internal sealed class GateProxy : IDisposable
{
    private readonly Process process;
    private readonly TestFolder folder;

    private GateProxy(Process process, TestFolder folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Address { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="kind"><c>nginx</c> or <c>caddy</c>.</param>
    public static async Task<GateProxy> StartAsync(string kind, Uri portal, Uri application, string dataRoot)
    {
        var folder = new TestFolder();
        var port = FreePort();
        var text = await File.ReadAllTextAsync(Path.Combine(ProgramUnderTest.Root, "docs", "gate", kind == "nginx" ? "nginx.conf" : "Caddyfile"), Cancel);
        text = Replace(text, "127.0.0.1:5080", portal.Authority);
        text = Replace(text, "127.0.0.1:8080", application.Authority);
        text = Replace(text, "/var/lib/backupportal", dataRoot);
        text = kind == "nginx" ? Replace(text, "listen 80;", $"listen 127.0.0.1:{port};") : Replace(text, "\ngoethe.example {", $"\nhttp://127.0.0.1:{port} {{");
        var process = kind == "nginx" ? await StartNginxAsync(folder, text) : await StartCaddyAsync(folder, text);
        var proxy = new GateProxy(process, folder, port);
        try
        {
            await proxy.WaitAsync(port);
            return proxy;
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // nginx ends its workers on the signal that Kill does not send; its children die with the tree.
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        folder.Dispose();
    }

    private static async Task<Process> StartNginxAsync(TestFolder folder, string server)
    {
        await File.WriteAllTextAsync(folder["server.conf"], server, Cancel);
        await File.WriteAllTextAsync(folder["nginx.conf"], $$"""
            daemon off;
            worker_processes 1;
            pid {{folder["nginx.pid"]}};
            error_log {{folder["error.log"]}};
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            events {}
            http {
                access_log off;
                client_body_temp_path {{folder["body"]}};
                proxy_temp_path {{folder["proxy"]}};
                fastcgi_temp_path {{folder["fastcgi"]}};
                uwsgi_temp_path {{folder["uwsgi"]}};
                scgi_temp_path {{folder["scgi"]}};
                include {{folder["server.conf"]}};
            }
            """, Cancel);
        return Start(new ProcessStartInfo(Find("nginx"), ["-c", folder["nginx.conf"], "-e", folder["error.log"], "-p", folder.Path]));
    }

    private static async Task<Process> StartCaddyAsync(TestFolder folder, string sites)
    {
        await File.WriteAllTextAsync(folder["Caddyfile"], "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n" + sites, Cancel);
        var start = new ProcessStartInfo(Find("caddy"), ["run", "--config", folder["Caddyfile"], "--adapter", "caddyfile"]);
        start.Environment["HOME"] = start.Environment["XDG_DATA_HOME"] = start.Environment["XDG_CONFIG_HOME"] = folder.Path;
        return Start(start);
    }

    private static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        // Read, so that it never waits for somebody to read; shown when a test fails.
        process.ErrorDataReceived += static (_, line) => TestContext.Current.TestOutputHelper?.WriteLine(line.Data ?? "");
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private async Task WaitAsync(int port)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        tooLong.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            Assert.False(process.HasExited, "The proxy ended at once.");
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, tooLong.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }
    }

    private static string Find(string program) => new[] { "/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin" }.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{program} is not installed; eng/test.sh installs it.");

    private static string Replace(string text, string part, string with)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, with, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
