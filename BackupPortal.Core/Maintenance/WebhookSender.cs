using System.Net.Http.Headers;
using System.Text;

namespace BackupPortal.Core.Maintenance;

/// <summary>Posts one signed message. Follows no redirect, keeps no cookie, and reads nothing of the answer but its status.</summary>
internal sealed class WebhookSender(TimeProvider time) : IDisposable
{
    public const string SignatureHeader = "BackupPortal-Signature";

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    /// <returns>Null when the receiver has taken it; otherwise what came instead.</returns>
    public async Task<string?> SendAsync(WebhookTarget target, string body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        tooLong.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new StringContent(body, Encoding.UTF8) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(SignatureHeader, WebhookMessage.Sign(target.Secret, time.GetUtcNow(), body));
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, tooLong.Token);
            return answer.IsSuccessStatusCode ? null : $"{(int)answer.StatusCode}";
        }
        catch (HttpRequestException unreachable)
        {
            return unreachable.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {timeout.TotalSeconds:0.#} s";
        }
    }

    public void Dispose() => _client.Dispose();
}
