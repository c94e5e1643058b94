using BackupPortal.Endpoints;

namespace BackupPortal.Access;

/// <summary>While there is no account every page leads to set-up; afterwards set-up is not there any more.</summary>
internal sealed class SetupMiddleware(RequestDelegate next, FirstOperator firstOperator)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var isSetup = context.Request.Path.Equals(AccountAddress.Setup, StringComparison.OrdinalIgnoreCase);
        var isPage = RequestKind.WantsPage(context.Request) && !IsHarmless(context);
        if (!isSetup && !isPage)
        {
            await next(context);
            return;
        }
        var isNeeded = await firstOperator.IsNeededAsync(context.RequestAborted);
        if (isSetup && !isNeeded)
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (!isSetup && isNeeded)
            context.Response.Redirect(AccountAddress.Setup);
        else
            await next(context);
    }

    private static bool IsHarmless(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<OpenBeforeSetupAttribute>() is not null;
}

/// <summary>On an endpoint that works without any account, such as the choice of a language.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class OpenBeforeSetupAttribute : Attribute;
