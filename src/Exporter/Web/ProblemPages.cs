namespace Exporter.Web;

/// <summary>Gives every error that nobody explained a problem document: unknown paths, wrong methods, defects.</summary>
internal sealed partial class ProblemPages(RequestDelegate next, ILogger<ProblemPages> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException e)
        {
            // Kestrel's own limits: a body that is too large or too slow.
            if (!context.Response.HasStarted)
            {
                await Problems.WriteAsync(context, e.StatusCode, e.Message);
            }

            return;
        }
        catch (Exception e) when (!context.Response.HasStarted && IsBadBody(e))
        {
            context.Response.Clear();
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "The body could not be read: its framing or its encoding is broken.");
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Log.Defect(logger, e, context.Request.Method, context.Request.Path);
            context.Response.Clear();
            await Problems.WriteAsync(context, StatusCodes.Status500InternalServerError, "The exporter has a defect; its log says more.");
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
        {
            await Problems.WriteAsync(context, context.Response.StatusCode, Detail(context));
        }
    }

    /// <summary>What reading a body throws beside Kestrel's own exception: a chunk size that is no number of bytes, an end before the end.</summary>
    private static bool IsBadBody(Exception e) => e is InvalidDataException or OverflowException or Microsoft.AspNetCore.Connections.ConnectionResetException
        || (e is IOException && e.Source?.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) == true);

    private static string Detail(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"Nothing is at {context.Request.Path}.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} does not answer {context.Request.Method}; the Allow header says what it answers.",
        StatusCodes.Status415UnsupportedMediaType => "The body should be JSON, with Content-Type: application/json.",
        _ => "The request could not be answered.",
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, EventName = "RequestFailed", Message = "{Method} {Path} failed by a defect.")]
        public static partial void Defect(ILogger logger, Exception exception, string method, string path);
    }
}
