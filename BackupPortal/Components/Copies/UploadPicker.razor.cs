using BackupPortal.Components.Formats;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Import.Uploads;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using static BackupPortal.Components.Copies.CopiesTexts;

namespace BackupPortal.Components.Copies;

/// <summary>Where a person gives a file to the portal. One at a time.</summary>
public sealed partial class UploadPicker : IAsyncDisposable
{
    private ElementReference zone;
    private DotNetObjectReference<UploadPicker>? self;
    private IJSObjectReference? sender;
    private UploadReport? report;
    private Problem? problem;
    private string name = "";
    private long size;
    private string? announced;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    /// <summary>Where files are sent to.</summary>
    [Parameter, EditorRequired]
    public string Address { get; set; } = "";

    [Parameter, EditorRequired]
    public UploadRoom Room { get; set; } = default!;

    /// <summary>Asked about a file, by its name and its size, before any of it is sent. Null when the person changed their mind.</summary>
    [Parameter, EditorRequired]
    public Func<string, long, Task<ImportAnswer?>> Ask { get; set; } = default!;

    private bool IsBusy => report is { State: UploadState.Sending or UploadState.Waiting or UploadState.Finishing };

    private int Percent => report is null || size == 0 ? 0 : (int)Math.Clamp(report.Sent * 100 / size, 0, 100);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        await using var module = await Script.InvokeAsync<IJSObjectReference>("import", "./" + Assets["upload.js"]);
        sender = await module.InvokeAsync<IJSObjectReference>("attach", zone, self, Address);
    }

    /// <summary>Called by the script when a file was chosen.</summary>
    [JSInvokable]
    public async Task<ImportAnswer?> AskAsync(string name, long size)
    {
        (this.name, this.size, report, announced) = (name, size, null, null);
        problem = size == 0 ? new Problem(Texts["UploadEmpty", name], null)
            : size > Room.LargestBytes ? new Problem(Texts["UploadTooLarge", SizeText.Format(size), SizeText.Format(Room.LargestBytes)], null)
            : null;
        StateHasChanged();
        if (problem is not null)
            return null;
        var answer = await Ask(name, size);
        if (answer is not null)
            Tell(new UploadReport(UploadState.Sending, 0));
        return answer;
    }

    /// <summary>Called by the script as the file goes out.</summary>
    [JSInvokable]
    public void Tell(UploadReport now)
    {
        report = now;
        if (now.State == UploadState.Refused)
            problem = new Problem(now.What ?? Texts["UploadRefused", name], now.Hint);
        // Not every percent: a screen reader would speak of nothing else.
        announced = now.State switch
        {
            UploadState.Sending => Texts["UploadAnnounce", name, Percent / 10 * 10],
            UploadState.Waiting => Texts["UploadWaiting"],
            UploadState.Finishing => Texts["UploadFinishing"],
            UploadState.Done => Texts["UploadDone", name],
            _ => null,
        };
        StateHasChanged();
    }

    private async Task CancelAsync()
    {
        if (sender is not null)
            await sender.InvokeVoidAsync("cancel");
        (report, announced) = (null, Texts["UploadCancelled", name]);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (sender is not null)
            {
                await sender.InvokeVoidAsync("detach");
                await sender.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its script with it.
            return;
        }
        finally
        {
            self?.Dispose();
        }
    }
}
