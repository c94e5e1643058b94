using Microsoft.AspNetCore.Diagnostics;

namespace BackupPortal.Endpoints;

/// <summary>Gives answers without a body one: a page for browsers, problem details for programs.</summary>
internal static class ProblemAnswers
{
    public static void UseProblemAnswers(this IApplicationBuilder app)
    {
        app.UseWhen(static context => !RequestKind.MayBeForPrograms(context.Request) && RequestKind.WantsPage(context.Request), static pages => pages.UseStatusCodePagesWithReExecute("/problem/{0}"));
        app.UseWhen(static context => RequestKind.MayBeForPrograms(context.Request), static programs => programs.UseStatusCodePages());
        app.Use(static (context, next) =>
        {
            // The page for a status is only read, also when a form was refused.
            if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
                context.Request.Method = HttpMethods.Get;
            return next(context);
        });
        app.UseExceptionHandler(static _ => { });
    }
}
