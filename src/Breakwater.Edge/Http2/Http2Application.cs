using Breakwater.Edge.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Breakwater.Edge.Http2;

/// <summary>interim</summary>
internal sealed class Http2Application(DataPlane plane) : IHttpApplication<object>
{
    public object CreateContext(IFeatureCollection contextFeatures) => plane;

    public Task ProcessRequestAsync(object context) => Task.CompletedTask;

    public void DisposeContext(object context, Exception? exception)
    {
    }
}
