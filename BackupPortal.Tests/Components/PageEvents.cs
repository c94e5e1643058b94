using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Tests.Components;

/// <summary>
/// What a person does to a page. An element is looked up and acted on in one step of the renderer: between two steps a page
/// may render again, and what was found before then answers no more. It is waited for, as a person does.
/// </summary>
internal static class PageEvents
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Clicks the element that <paramref name="selector"/> finds, the first one unless told otherwise.</summary>
    public static Task PressAsync<T>(this IRenderedComponent<T> page, string selector, int index = 0)
        where T : IComponent => page.ActAsync(selector, index, element => element.Click());

    /// <summary>Gives a field another value, as leaving it does.</summary>
    public static Task EnterAsync<T>(this IRenderedComponent<T> page, string selector, object value)
        where T : IComponent => page.ActAsync(selector, 0, element => element.Change(value));

    /// <summary>Gives a field another value, as each key does.</summary>
    public static Task TypeAsync<T>(this IRenderedComponent<T> page, string selector, string value)
        where T : IComponent => page.ActAsync(selector, 0, element => element.Input(value));

    /// <summary>Sends the form that <paramref name="selector"/> finds, the first one unless told otherwise.</summary>
    public static Task SendAsync<T>(this IRenderedComponent<T> page, string selector = "form", int index = 0)
        where T : IComponent => page.ActAsync(selector, index, element => element.Submit());

    private static async Task ActAsync<T>(this IRenderedComponent<T> page, string selector, int index, Action<IElement> act)
        where T : IComponent
    {
        await page.WaitForStateAsync(() => page.FindAll(selector).Count > index, Bound);
        await page.InvokeAsync(() => act(page.FindAll(selector)[index]));
    }
}
