-- Live screens are let go at once when a session ends, on whichever node it ended: sign-out, a new password, an account closed.
CREATE TRIGGER auth_session_ended AFTER DELETE ON auth_session
  FOR EACH STATEMENT EXECUTE FUNCTION count_change('access');
