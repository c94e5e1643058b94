using System.CommandLine;
using System.Globalization;
using BackupPortal.Core.Demo;
using BackupPortal.Hosting;

namespace BackupPortal.Cli;

/// <summary>Runs the portal until it is stopped.</summary>
internal sealed class ServeCommand : PortalCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    private readonly Option<string[]> _urls = new("--urls") { Description = $"Where to listen; several are separated by semicolons. Default: {DefaultUrl}", HelpName = "URL" };
    private readonly Option<bool> _demo = new("--demo") { Description = "Add two invented schools with data, and accounts for them." };
    private readonly Option<string?> _demoSize = new("--demo-size") { Description = "How big the bigger demo school is to be, for example 1GB.", HelpName = "SIZE" };

    public ServeCommand()
        : base("serve", "Runs the portal.")
    {
        Add(_urls);
        Add(_demo);
        Add(_demoSize);
        Validators.Add(result =>
        {
            if (result.WordOf(_demoSize) is { } size && (!result.Has(_demo) || ParseSize(size) is null))
                result.Refuse($"'{size}' is not a size for demo data.", "For example: serve --demo --demo-size 1GB");
            if (result.GetResult(_urls) is { } urls && Addresses(urls.Tokens.Select(token => token.Value)).FirstOrDefault(url => !IsAddress(url)) is { } wrong)
                result.Refuse($"'{wrong}' is not an address to listen on.", $"For example: --urls {DefaultUrl}");
        });
    }

    public override Preparation Preparation => Preparation.Own;

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var parsed = session.Parsed;
        var configured = Environment.GetEnvironmentVariable("ASPNETCORE_URLS");
        var urls = Addresses(parsed.GetValue(_urls) is { Length: > 0 } given ? given : [string.IsNullOrEmpty(configured) ? DefaultUrl : configured]);
        var settings = new PortalSettings(session.Root) { Urls = [.. urls] };
        if (parsed.GetValue(_demo))
            settings = settings with { Configure = builder => builder.Services.AddDemo(Goethe(parsed.GetValue(_demoSize))) };
        await using var app = PortalHost.Build(settings);
        await app.StartAsync(cancellationToken);
        parsed.InvocationConfiguration.Output.WriteLine($"BackupPortal listens on {string.Join(" and ", app.Urls)} - data root {session.Root.Path}");
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Done;
    }

    private static DemoSchool Goethe(string? size) => size is null ? DemoSchool.Goethe : DemoSchool.Goethe.GrownTo(ParseSize(size)!.Value);

    private static IEnumerable<string> Addresses(IEnumerable<string> urls) =>
        urls.SelectMany(url => url.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static bool IsAddress(string url) =>
        url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static long? ParseSize(string text)
    {
        (string Unit, long Bytes)[] units = [("GB", 1_000_000_000), ("MB", 1_000_000)];
        foreach (var (unit, bytes) in units)
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 100_000)
                return (long)(number * bytes);
        return null;
    }
}
