using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Shared;

/// <summary>What is inside a dialog: asks for one thing and answers once.</summary>
public abstract class DialogPart<TAnswer> : ComponentBase
    where TAnswer : class
{
    /// <summary>The answer, or null when the person changed their mind.</summary>
    [Parameter, EditorRequired]
    public EventCallback<TAnswer?> OnAnswer { get; set; }

    protected Task GiveUpAsync() => OnAnswer.InvokeAsync(null);
}

/// <summary>The answer of a dialog that only asks whether.</summary>
public sealed record Confirmed;
