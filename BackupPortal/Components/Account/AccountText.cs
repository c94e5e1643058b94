using System.Globalization;
using System.Resources;

namespace BackupPortal.Components.Account;

/// <summary>The texts of the pages around a person's account, in the language of the request.</summary>
internal static class AccountText
{
    private static readonly ResourceManager Texts = new("BackupPortal.Components.Account.AccountTexts", typeof(AccountText).Assembly);

    public static string Get(string key) =>
        Texts.GetString(key, CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException($"No text Account.{key}.");

    /// <summary>Sentences for Identity's error codes.</summary>
    public static IReadOnlyList<string> Errors(IEnumerable<string> codes) =>
        [.. codes.Select(static code => Texts.GetString("Error" + code, CultureInfo.CurrentUICulture) ?? Get("ErrorOther")).Distinct()];
}
