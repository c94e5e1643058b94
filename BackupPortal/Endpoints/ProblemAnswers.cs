namespace BackupPortal.Endpoints;

/// <summary>Gives answers without a body one: a page for browsers, problem details for programs.</summary>
internal static class ProblemAnswers
{
    public static void UseProblemAnswers(this IApplicationBuilder app)
    {
        app.UseWhen(static context => RequestKind.WantsPage(context.Request), static pages => pages.UseStatusCodePagesWithReExecute("/problem/{0}"));
        app.UseWhen(static context => RequestKind.IsApi(context.Request), static programs => programs.UseStatusCodePages());
        app.UseExceptionHandler(static _ => { });
    }
}
