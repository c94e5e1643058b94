namespace BackupPortal.Api;

/// <summary>A call asks for what cannot be done, and nothing was done. Becomes a problem of this status.</summary>
/// <param name="code">For programs; it never changes. Also the name of the sentence for people.</param>
internal sealed class ApiRefusal(int status, string code, params object?[] arguments) : Exception(code)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>In the language that the caller asked for.</summary>
    public string Title => ApiText.Get(Code, arguments);

    /// <summary>The member of the request's body that is wrong; null when it is none.</summary>
    public string? Field { get; init; }

    public static ApiRefusal NotFound(string code) => new(StatusCodes.Status404NotFound, code);

    public static ApiRefusal Invalid(string field, string code, params object?[] arguments) =>
        new(StatusCodes.Status400BadRequest, code, arguments) { Field = field };
}
