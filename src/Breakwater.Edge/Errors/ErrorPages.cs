namespace Breakwater.Edge.Errors;

/// <summary>The pages of one zone for what fails.</summary>
internal sealed class ErrorPages;
