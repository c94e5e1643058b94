using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace BackupPortal.Tests.Model;

/// <summary>How long the model test lives, and from which seed; see the README.</summary>
[UnsupportedOSPlatform("windows")]
internal static class ModelSettings
{
    /// <summary>Steps after which a world ends and another, with the next seed, begins.</summary>
    public const int StepsPerWorld = 400;

    /// <summary>Steps in all of the run with a fresh seed.</summary>
    public static int Steps => Read("MODEL_STEPS") ?? StepsPerWorld;

    /// <summary>Of the first world.</summary>
    public static int Seed => Read("MODEL_SEED") ?? RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>Where each step is told as it ends; null for nowhere.</summary>
    public static string? LogFile => Environment.GetEnvironmentVariable("MODEL_LOG") is { Length: > 0 } file ? file : null;

    public static string CommandFor(int seed, int steps) => string.Create(
        CultureInfo.InvariantCulture,
        $"MODEL_SEED={seed} MODEL_STEPS={steps} dotnet test BackupPortal.Tests --filter FullyQualifiedName~{nameof(ModelTests)}.{nameof(ModelTests.RandomSteps_FreshSeed_NothingIsLostAndNothingIsWrong)}");

    private static int? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
