using Breakwater.Edge.Lifecycle;

namespace Breakwater.Edge.Tests.Lifecycle;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("breakwater-data-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_missing_directory_is_made_for_its_owner_only()
    {
        string path = Path.Combine(_root, "a", "b");
        using DataDirectory data = DataDirectory.Open(path);

        Assert.Equal(path, data.Path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        Assert.Equal(Path.Combine(path, "admin.sock"), data.AdminSocket);
    }

    [Fact]
    public void A_second_edge_is_refused_with_the_first_ones_process_and_a_remedy()
    {
        using DataDirectory first = DataDirectory.Open(_root);

        CannotStartException refused = Assert.Throws<CannotStartException>(() => DataDirectory.Open(_root));

        Assert.Equal($"another edge (process {Environment.ProcessId}) uses the data directory {_root}", refused.Problem);
        Assert.Contains("breakwater stop", refused.Remedy, StringComparison.Ordinal);
        Assert.Contains("--data", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_held_until_it_is_let_go_and_can_be_taken_again()
    {
        Assert.False(DataDirectory.IsHeld(_root));
        DataDirectory first = DataDirectory.Open(_root);
        Assert.True(DataDirectory.IsHeld(_root));
        Assert.Equal(Environment.ProcessId, DataDirectory.HolderOf(_root));

        first.Dispose();
        Assert.False(DataDirectory.IsHeld(_root));
        using DataDirectory second = DataDirectory.Open(_root);
        Assert.True(DataDirectory.IsHeld(_root));
    }

    [Fact]
    public void A_socket_that_a_dead_edge_left_behind_is_removed()
    {
        File.WriteAllText(Path.Combine(_root, "admin.sock"), "");
        using DataDirectory data = DataDirectory.Open(_root);
        Assert.False(File.Exists(data.AdminSocket));
    }

    [Fact]
    public void A_refused_edge_leaves_the_running_ones_socket_alone()
    {
        using DataDirectory first = DataDirectory.Open(_root);
        File.WriteAllText(first.AdminSocket, "");

        Assert.Throws<CannotStartException>(() => DataDirectory.Open(_root));

        Assert.True(File.Exists(first.AdminSocket));
    }

    [Fact]
    public void A_path_too_long_for_a_socket_is_refused_before_anything_is_made()
    {
        string path = Path.Combine(_root, new string('x', 100));
        CannotStartException refused = Assert.Throws<CannotStartException>(() => DataDirectory.Open(path));
        Assert.Contains("too long", refused.Problem, StringComparison.Ordinal);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void A_file_in_its_place_is_explained()
    {
        string path = Path.Combine(_root, "file");
        File.WriteAllText(path, "");
        CannotStartException refused = Assert.Throws<CannotStartException>(() => DataDirectory.Open(path));
        Assert.StartsWith($"the data directory {path} cannot be used: ", refused.Problem, StringComparison.Ordinal);
    }
}
