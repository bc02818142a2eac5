// What is done with the feed's frames, by feature. Loaded before the socket opens.
import './inbox/live';
import './leads/live';
import './warnings/live';
