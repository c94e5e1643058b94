using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Shared.SharedTexts;

namespace BackupPortal.Components.Shared;

/// <summary>How every dialog of the portal opens: one look, closed by Escape, focus kept inside and given back.</summary>
internal static class Dialogs
{
    /// <param name="page">The component that asks; it is rendered again after the answer.</param>
    /// <param name="parameters">Of the dialog, without its answer.</param>
    /// <returns>Null when the person changed their mind.</returns>
    public static async Task<TAnswer?> AskAsync<TDialog, TAnswer>(
        this DialogService dialogs, IComponent page, string title, Dictionary<string, object>? parameters = null)
        where TDialog : DialogPart<TAnswer>
        where TAnswer : class
    {
        var options = new DialogOptions
        {
            AutoFocusFirstElement = true,
            CloseDialogOnEsc = true,
            CloseDialogOnOverlayClick = false,
            CloseAriaLabel = Texts["Close"],
            CloseTabIndex = 0,
            CssClass = "portal-dialog",
            Width = "min(36rem, 100vw)",
        };
        RenderFragment<DialogService> content = dialog => builder =>
        {
            builder.OpenComponent<TDialog>(0);
            builder.AddMultipleAttributes(1, parameters);
            builder.AddComponentParameter(
                2, nameof(DialogPart<>.OnAnswer), EventCallback.Factory.Create<TAnswer?>(page, answer => dialog.Close(answer)));
            builder.CloseComponent();
        };
        return await dialogs.OpenAsync(title, content, options) as TAnswer;
    }
}
